/*
 * Zones as Go's time.LoadLocation reads them: TZif files (RFC 8536) of the system's zoneinfo, with
 * the rule behind them for times after the last transition.
 */
#include "cel/zone.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/integer.h"
#include "cel/zone_rule.h"
#include "json/write.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#define FOLDER "/usr/share/zoneinfo/"

enum {
	FILE_BYTES_MAX = 1 << 20,
	HEADER_BYTES = 44,
};

/* One of the two blocks of a file. */
struct block {
	const unsigned char *data; /* behind the header */
	uint32_t utc_count, standard_count, leap_count, time_count, type_count, char_count;
	size_t time_size; /* bytes of a time: 4 or 8 */
	size_t size;
};

struct pq_cel_zone {
	struct pq_string name; /* data NULL: none */
	struct pq_buffer file;
	struct block block;
	struct pq_string rule; /* of times behind the last transition; "" for none */
};

PQ_PRINTF(3, 4)
static bool fail(struct pq_arena *arena, struct pq_cel_value *error, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	*error = pq_cel_error_format_list(arena, format, arguments);
	va_end(arguments);
	return false;
}

static uint32_t read_uint32(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

static int64_t read_time(const struct block *block, size_t index)
{
	const unsigned char *bytes = block->data + index * block->time_size;
	if (block->time_size == 4)
		return (int32_t)read_uint32(bytes);
	return (int64_t)((uint64_t)read_uint32(bytes) << 32 | read_uint32(bytes + 4));
}

static bool read_block(struct pq_string file, size_t at, size_t time_size, struct block *block)
{
	if (file.length < at + HEADER_BYTES || memcmp(file.data + at, "TZif", 4) != 0)
		return false;
	const unsigned char *header = (const unsigned char *)file.data + at;
	*block = (struct block){
		.data = header + HEADER_BYTES,
		.utc_count = read_uint32(header + 20),
		.standard_count = read_uint32(header + 24),
		.leap_count = read_uint32(header + 28),
		.time_count = read_uint32(header + 32),
		.type_count = read_uint32(header + 36),
		.char_count = read_uint32(header + 40),
		.time_size = time_size,
	};
	block->size = (size_t)block->time_count * (time_size + 1) + (size_t)block->type_count * 6 +
		      block->char_count + (size_t)block->leap_count * (time_size + 4) +
		      block->standard_count + block->utc_count;
	return block->type_count > 0 && block->size <= file.length - at - HEADER_BYTES;
}

static int32_t type_offset(const struct block *block, uint32_t type)
{
	const unsigned char *types =
		block->data + (size_t)block->time_count * (block->time_size + 1);
	return (int32_t)read_uint32(types + (size_t)(type % block->type_count) * 6);
}

static int32_t offset_at(const struct pq_cel_zone *zone, int64_t seconds)
{
	const struct block *block = &zone->block;
	size_t low = 0, high = block->time_count;
	int32_t offset;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (read_time(block, middle) <= seconds)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == block->time_count && pq_cel_zone_rule_offset(zone->rule, seconds, &offset))
		return offset;
	if (low == 0)
		return type_offset(block, 0);
	return type_offset(block, block->data[block->time_count * block->time_size + low - 1]);
}

/* The rule stands between two line feeds at the end. */
static struct pq_string find_rule(struct pq_string file, const struct block *block)
{
	size_t at = (size_t)(block->data - (const unsigned char *)file.data) + block->size;
	struct pq_string rule = pq_string_slice(file, at, file.length);
	if (rule.length < 2 || rule.data[0] != '\n' || rule.data[rule.length - 1] != '\n')
		return PQ_S("");
	return pq_string_slice(rule, 1, rule.length - 2);
}

static bool parse_zone(struct pq_cel_zone *zone)
{
	struct pq_string file = pq_buffer_view(&zone->file);
	struct block narrow;
	zone->rule = PQ_S("");
	if (!read_block(file, 0, 4, &narrow))
		return false;
	zone->block = narrow;
	if (file.data[4] < '2')
		return true;
	if (!read_block(file, HEADER_BYTES + narrow.size, 8, &zone->block))
		return false;
	zone->rule = find_rule(file, &zone->block);
	return true;
}

/* Names that would lead out of the folder. */
static bool is_outside(struct pq_string name)
{
	return name.data[0] == '/' || name.data[0] == '\\' ||
	       memmem(name.data, name.length, "..", 2) != NULL;
}

/* The file of a zone. False with an error when there is none that could be read. */
static bool find_file(struct pq_arena *arena, struct pq_string name, char path[static PATH_MAX],
		      struct pq_cel_value *error)
{
	struct stat status;
	if (is_outside(name))
		return fail(arena, error, "time: invalid location name");
	if (memchr(name.data, '\0', name.length) != NULL)
		return fail(arena, error, "invalid argument");
	if (name.length > PATH_MAX - sizeof FOLDER)
		return fail(arena, error, "file name too long");
	snprintf(path, PATH_MAX, FOLDER "%.*s", PQ_STRING_ARGUMENT(name));
	if (stat(path, &status) != 0)
		return errno == ENOTDIR        ? fail(arena, error, "not a directory")
		       : errno == ENAMETOOLONG ? fail(arena, error, "file name too long")
					       : fail(arena, error, "unknown time zone %.*s",
						      PQ_STRING_ARGUMENT(name));
	return !S_ISDIR(status.st_mode) || fail(arena, error, "is a directory");
}

/* Reads a zone into the place of the one that was read last. */
static bool read_zone(struct pq_arena *arena, struct pq_string name, struct pq_cel_zone *zone,
		      struct pq_cel_value *error)
{
	char path[PATH_MAX];
	struct pq_error reason;
	zone->name = (struct pq_string){ 0 };
	if (!find_file(arena, name, path, error))
		return false;
	pq_buffer_clear(&zone->file);
	if (!pq_file_read(path, &zone->file, &reason) || !parse_zone(zone))
		return fail(arena, error, "malformed time zone information");
	zone->name = name;
	return true;
}

/* In *last, whatever was there before. */
static bool load_zone(struct pq_arena *arena, struct pq_string name, struct pq_cel_zone **last,
		      struct pq_cel_value *error)
{
	if (*last == NULL) {
		struct pq_cel_zone *zone = pq_arena_alloc(arena, sizeof *zone);
		if (zone == NULL) {
			*error = pq_cel_out_of_memory();
			return false;
		}
		pq_buffer_init_in(&zone->file, arena, FILE_BYTES_MAX);
		*last = zone;
	}
	return ((*last)->name.data != NULL && pq_string_equal((*last)->name, name)) ||
	       read_zone(arena, name, *last, error);
}

static bool parse_number(struct pq_arena *arena, struct pq_string text, int64_t *number,
			 struct pq_cel_value *error)
{
	const char *problem = pq_integer_read(text, number);
	struct pq_buffer quoted;
	if (problem == NULL)
		return true;
	pq_buffer_init_in(&quoted, arena, 0);
	pq_go_quote(&quoted, text);
	return fail(arena, error, "strconv.Atoi: parsing %.*s: %s",
		    PQ_STRING_ARGUMENT(pq_buffer_view(&quoted)), problem);
}

/* Go makes a duration of them, which overflows silently, and seconds of that by a double. */
static int64_t seconds_of(int64_t hours, int64_t minutes, bool is_negative)
{
	uint64_t total = (uint64_t)hours * 60;
	total = is_negative ? total - (uint64_t)minutes : total + (uint64_t)minutes;
	int64_t nanoseconds = (int64_t)(total * (uint64_t)PQ_MINUTE);
	return (int64_t)((double)(nanoseconds / PQ_SECOND) +
			 (double)(nanoseconds % PQ_SECOND) / (double)PQ_SECOND);
}

static bool is_utc(struct pq_string name)
{
	return name.length == 0 || pq_string_is(name, "UTC") || pq_string_is(name, "Local");
}

bool pq_cel_zone_offset(struct pq_arena *arena, struct pq_string name, int64_t seconds,
			struct pq_cel_zone **last, int64_t *offset, struct pq_cel_value *error)
{
	int64_t hours, minutes;
	ptrdiff_t colon = pq_string_find_byte(name, ':');
	if (colon < 0) {
		*offset = 0;
		if (is_utc(name))
			return true;
		if (!load_zone(arena, name, last, error))
			return false;
		*offset = offset_at(*last, seconds);
		return true;
	}
	if (!parse_number(arena, pq_string_slice(name, 0, (size_t)colon), &hours, error) ||
	    !parse_number(arena, pq_string_slice(name, (size_t)colon + 1, name.length), &minutes,
			  error))
		return false;
	*offset = seconds_of(hours, minutes, name.data[0] == '-');
	return true;
}
