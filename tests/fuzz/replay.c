/* Runs a fuzz target over a folder of seeds without libFuzzer, so that what fuzzing found is a
 * regression test everywhere. */
#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (file == NULL) {
		perror(path);
		return 1;
	}
	uint8_t *data = NULL;
	size_t size = 0, capacity = 0, got = 0;
	do {
		size += got;
		if (capacity - size < 4096) {
			capacity = capacity == 0 ? 65536 : capacity * 2;
			data = realloc(data, capacity);
			if (data == NULL)
				abort();
		}
	} while ((got = fread(data + size, 1, capacity - size, file)) > 0);
	fclose(file);
	/* An exact allocation lets address sanitizer see reads past the end. */
	uint8_t *exact = malloc(size == 0 ? 1 : size);
	if (exact == NULL)
		abort();
	for (size_t i = 0; i < size; i++)
		exact[i] = data[i];
	free(data);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 2;
	}
	DIR *folder = opendir(argv[1]);
	if (folder == NULL) {
		perror(argv[1]);
		return 2;
	}
	size_t count = 0;
	int failures = 0;
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		char path[PATH_MAX];
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
		failures += replay_file(path);
		count++;
	}
	closedir(folder);
	printf("%zu seeds replayed\n", count);
	return failures != 0 || count == 0;
}
