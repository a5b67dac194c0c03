/* The parts of a file's path: views of it. Private to this folder. */
#ifndef PQ_CHECK_PATH_H
#define PQ_CHECK_PATH_H

#include "base/string_view.h"

/* Up to and with the last slash; empty, which is the working directory, when there is none. */
struct pq_string check_path_folder(struct pq_string path);

/* Behind the last slash. */
struct pq_string check_path_name(struct pq_string path);

#endif
