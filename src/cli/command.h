/* A subcommand of pratique: one row of the table in command.c, one file in this folder. */
#ifndef PQ_CLI_COMMAND_H
#define PQ_CLI_COMMAND_H

#include "base/error.h"

/* Exit codes of every command. */
enum pq_exit {
	PQ_EXIT_OK = 0,
	PQ_EXIT_FINDINGS = 1, /* the input was judged and refused */
	PQ_EXIT_UNUSABLE = 2, /* usage, an unreadable file, a failure of ours */
};

struct pq_command {
	const char *name;
	const char *summary; /* one line for `pratique help` */
	/* argv[0] is the command's name. Returns an exit code. */
	int (*run)(int argc, char **argv);
};

/* Ended by a row whose name is NULL. */
extern const struct pq_command pq_commands[];

int pq_command_check(int argc, char **argv);
int pq_command_certs(int argc, char **argv);
int pq_command_dry_run(int argc, char **argv);
int pq_command_help(int argc, char **argv);
int pq_command_review(int argc, char **argv);
int pq_command_serve(int argc, char **argv);
int pq_command_version(int argc, char **argv);

/* Runs the command that argv[1] names. */
int pq_command_main(int argc, char **argv);

/* "pratique check: file:3:5: message" on standard error; returns the exit code of the error. */
int pq_command_fail(const char *command, const struct pq_error *error);

#endif
