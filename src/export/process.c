#include "export/process.h"

#include "telemetry/metrics.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static double timeval_seconds(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static void collect_processor_time(void)
{
	struct rusage usage;
	if (getrusage(RUSAGE_SELF, &usage) == 0)
		pq_metric_set(PQ_METRIC_PROCESS_CPU_SECONDS, NULL,
			      timeval_seconds(usage.ru_utime) + timeval_seconds(usage.ru_stime));
}

static void collect_memory(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	if (file == NULL)
		return;
	double page = (double)sysconf(_SC_PAGESIZE);
	long size, resident;
	if (fscanf(file, "%ld %ld", &size, &resident) == 2) {
		pq_metric_set(PQ_METRIC_PROCESS_VIRTUAL_BYTES, NULL, (double)size * page);
		pq_metric_set(PQ_METRIC_PROCESS_RESIDENT_BYTES, NULL, (double)resident * page);
	}
	fclose(file);
}

static void collect_limit(enum pq_metric metric, __rlimit_resource_t resource)
{
	struct rlimit limit;
	if (getrlimit(resource, &limit) == 0)
		pq_metric_set(metric, NULL,
			      limit.rlim_cur == RLIM_INFINITY ? -1 : (double)limit.rlim_cur);
}

static void collect_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	if (folder == NULL)
		return;
	long count = 0;
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
		count += entry->d_name[0] != '.';
	closedir(folder);
	/* without the folder's own */
	pq_metric_set(PQ_METRIC_PROCESS_OPEN_FDS, NULL, (double)(count - 1));
}

/* When the system started, in seconds since 1970. */
static bool read_boot_time(double *seconds)
{
	FILE *file = fopen("/proc/stat", "re");
	if (file == NULL)
		return false;
	char line[256];
	bool found = false;
	while (!found && fgets(line, sizeof line, file) != NULL)
		found = sscanf(line, "btime %lf", seconds) == 1;
	fclose(file);
	return found;
}

/* Field 22 of proc(5)'s stat, in ticks since the system started. The name, which may hold anything,
 * ends with the last parenthesis. */
static bool read_start_ticks(unsigned long long *ticks)
{
	FILE *file = fopen("/proc/self/stat", "re");
	if (file == NULL)
		return false;
	char line[1024];
	size_t length = fread(line, 1, sizeof line - 1, file);
	fclose(file);
	line[length] = '\0';
	const char *end = strrchr(line, ')');
	return end != NULL && sscanf(end + 1,
				     " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d"
				     " %*d %*d %*d %*d %llu",
				     ticks) == 1;
}

static void collect_start_time(void)
{
	double boot;
	unsigned long long ticks;
	if (read_boot_time(&boot) && read_start_ticks(&ticks))
		pq_metric_set(PQ_METRIC_PROCESS_START_SECONDS, NULL,
			      boot + (double)ticks / (double)sysconf(_SC_CLK_TCK));
}

void pq_process_collect(void)
{
	static const struct pq_string version = PQ_LITERAL(PQ_VERSION);
	pq_metric_set(PQ_METRIC_BUILD_INFO, &version, 1);
	collect_processor_time();
	collect_start_time();
	collect_memory();
	collect_limit(PQ_METRIC_PROCESS_VIRTUAL_MAX_BYTES, RLIMIT_AS);
	collect_descriptors();
	collect_limit(PQ_METRIC_PROCESS_MAX_FDS, RLIMIT_NOFILE);
}
