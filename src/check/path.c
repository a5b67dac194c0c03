#include "check/path.h"

struct pq_string check_path_folder(struct pq_string path)
{
	const char *slash = path.length == 0 ? NULL : memrchr(path.data, '/', path.length);
	return pq_string_slice(path, 0, slash == NULL ? 0 : (size_t)(slash - path.data) + 1);
}

struct pq_string check_path_name(struct pq_string path)
{
	return pq_string_slice(path, check_path_folder(path).length, path.length);
}
