#include "base/columns.h"

#include "base/utf8.h"

#include <locale.h>
#include <pthread.h>
#include <wchar.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static locale_t unicode; /* (locale_t)0: not installed */

static void open_locale(void)
{
	unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

size_t pq_columns_of_character(uint32_t character)
{
	if (character < 0x80)
		return character >= ' ' && character != 0x7F;
	pthread_once(&once, open_locale);
	if (unicode == (locale_t)0)
		return 1;
	locale_t before = uselocale(unicode);
	int width = wcwidth((wchar_t)character);
	uselocale(before);
	return width > 0 ? (size_t)width : 0;
}

size_t pq_columns_of_text(struct pq_string text)
{
	size_t columns = 0, width;
	for (size_t at = 0; at < text.length; at += width)
		columns += pq_columns_of_character(
			pq_utf8_decode(pq_string_slice(text, at, text.length - at), &width));
	return columns;
}
