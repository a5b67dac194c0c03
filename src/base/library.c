#include "base/library.h"

#include <dlfcn.h>

bool pq_library_open(const struct pq_library *library, const struct pq_library_function *functions,
		     size_t count, void *table, struct pq_error *error)
{
	void *handle = dlopen(library->file, RTLD_NOW | RTLD_LOCAL);
	if (handle == NULL)
		return pq_error_set(error, PQ_ERROR_UNSUPPORTED, "%s: install the package %s (%s)",
				    library->need, library->package, dlerror());
	for (size_t i = 0; i < count; i++) {
		void *symbol = dlsym(handle, functions[i].name);
		if (symbol == NULL)
			return pq_error_set(error, PQ_ERROR_UNSUPPORTED,
					    "%s lacks %s: install %s %s or newer", library->file,
					    functions[i].name, library->package, library->version);
		memcpy((char *)table + functions[i].offset, &symbol, sizeof symbol);
	}
	return true;
}
