#include "base/thread.h"

#include <signal.h>

bool pq_thread_start(pthread_t *thread, const char *name, void *(*run)(void *context),
		     void *context)
{
	sigset_t all, before;
	pthread_t started;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int failure = pthread_create(&started, NULL, run, context);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failure != 0)
		return false;
	pthread_setname_np(started, name);
	*thread = started;
	return true;
}
