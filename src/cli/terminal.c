#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { COLUMNS_DEFAULT = 80, COLUMNS_MIN = 40, COLUMNS_MAX = 120 };

static size_t ask_terminal(void)
{
	struct winsize size;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return COLUMNS_DEFAULT;
	return size.ws_col;
}

size_t pq_terminal_columns(void)
{
	const char *variable = getenv("COLUMNS");
	size_t columns = variable == NULL ? 0 : strtoul(variable, NULL, 10);
	if (columns == 0)
		columns = ask_terminal();
	if (columns < COLUMNS_MIN)
		return COLUMNS_MIN;
	return columns < COLUMNS_MAX ? columns : COLUMNS_MAX;
}

/* Such as an editor's: it shows sequences of control characters as they are. */
static bool is_dumb(void)
{
	const char *kind = getenv("TERM");
	return kind != NULL && strcmp(kind, "dumb") == 0;
}

bool pq_terminal_is_coloured(void)
{
	const char *no_color = getenv("NO_COLOR");
	return isatty(STDOUT_FILENO) && !is_dumb() && (no_color == NULL || no_color[0] == '\0');
}

bool pq_terminal_shows_progress(void)
{
	return isatty(STDERR_FILENO) && !is_dumb();
}
