#include "base/pages.h"

#include <sys/mman.h>

void *pq_pages_grow(void *old, size_t old_size, size_t new_size)
{
	void *grown = old == NULL ? mmap(NULL, new_size, PROT_READ | PROT_WRITE,
					 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
				  : mremap(old, old_size, new_size, MREMAP_MAYMOVE);
	return grown == MAP_FAILED ? NULL : grown;
}

void pq_pages_free(void *pages, size_t size)
{
	if (pages != NULL)
		munmap(pages, size);
}
