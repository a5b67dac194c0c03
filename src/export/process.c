#include "export/process.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

static void write_gauge(struct pq_buffer *text, const char *name, const char *type,
			const char *help, double value)
{
	pq_buffer_append_format(text, "# HELP %s %s\n# TYPE %s %s\n%s %.15g\n", name, help, name,
				type, name, value);
}

static double timeval_seconds(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static void write_processor_time(struct pq_buffer *text)
{
	struct rusage usage;
	if (getrusage(RUSAGE_SELF, &usage) == 0)
		write_gauge(text, "process_cpu_seconds_total", "counter",
			    "Processor time used, user and system.",
			    timeval_seconds(usage.ru_utime) + timeval_seconds(usage.ru_stime));
}

static void write_memory(struct pq_buffer *text)
{
	FILE *file = fopen("/proc/self/statm", "re");
	if (file == NULL)
		return;
	long size, resident;
	if (fscanf(file, "%ld %ld", &size, &resident) == 2)
		write_gauge(text, "process_resident_memory_bytes", "gauge", "Resident memory.",
			    (double)resident * (double)sysconf(_SC_PAGESIZE));
	fclose(file);
}

static void write_descriptors(struct pq_buffer *text)
{
	DIR *folder = opendir("/proc/self/fd");
	if (folder == NULL)
		return;
	long count = 0;
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
		count += entry->d_name[0] != '.';
	closedir(folder);
	write_gauge(text, "process_open_fds", "gauge", "Open file descriptors.",
		    (double)(count - 1)); /* without the folder's own */
}

void pq_process_write_metrics(struct pq_buffer *text)
{
	pq_buffer_append_text(text, "# HELP pratique_build_info The version, as a label.\n"
				    "# TYPE pratique_build_info gauge\n"
				    "pratique_build_info{version=\"" PQ_VERSION "\"} 1\n");
	write_processor_time(text);
	write_memory(text);
	write_descriptors(text);
}
