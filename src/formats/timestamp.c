#include "formats/timestamp.h"

#include "base/character.h"
#include "formats/quote.h"

#define LAYOUT       "2006-01-02T15:04:05Z07:00"
#define LOCAL_LAYOUT "2006-01-02T15:04:05"
#define DATE_LAYOUT  "2006-01-02"

enum { SECONDS_A_DAY = 86400 };

struct clock_reading {
	int year, month, day;
	int hour, minute, second;
	int32_t nanoseconds;
	int offset; /* seconds east of UTC */
};

struct parser {
	const char *layout;
	struct pq_string whole;
	struct pq_string left;
	struct pq_buffer *problem; /* or NULL */
};

/* Tells of the whole text. */
static bool start_problem(const struct parser *parser)
{
	if (parser->problem == NULL)
		return false;
	pq_buffer_append_text(parser->problem, "parsing time ");
	pq_quote_write(parser->problem, parser->whole);
	return true;
}

static bool fail_element(const struct parser *parser, const char *element)
{
	if (start_problem(parser)) {
		pq_buffer_append_format(parser->problem, " as \"%s\": cannot parse ",
					parser->layout);
		pq_quote_write(parser->problem, parser->left);
		pq_buffer_append_format(parser->problem, " as \"%s\"", element);
	}
	return false;
}

static bool fail_range(const struct parser *parser, const char *what)
{
	if (start_problem(parser))
		pq_buffer_append_format(parser->problem, ": %s out of range", what);
	return false;
}

static bool is_digit(struct pq_string text, size_t at)
{
	return at < text.length && pq_is_digit(text.data[at]);
}

static void skip(struct parser *parser, size_t count)
{
	parser->left = pq_string_slice(parser->left, count, parser->left.length);
}

/* A number of exactly width digits. */
static bool take_digits(struct parser *parser, size_t width, const char *element, int *number)
{
	int value = 0;
	for (size_t i = 0; i < width; i++) {
		if (!is_digit(parser->left, i))
			return fail_element(parser, element);
		value = value * 10 + (parser->left.data[i] - '0');
	}
	skip(parser, width);
	*number = value;
	return true;
}

static bool take_separator(struct parser *parser, const char *separator)
{
	if (!pq_string_starts_with(parser->left, pq_string_from(separator)))
		return fail_element(parser, separator);
	skip(parser, 1);
	return true;
}

static bool take_date(struct parser *parser, struct clock_reading *reading)
{
	if (!take_digits(parser, 4, "2006", &reading->year) || !take_separator(parser, "-") ||
	    !take_digits(parser, 2, "01", &reading->month))
		return false;
	if (reading->month < 1 || reading->month > 12)
		return fail_range(parser, "month");
	return take_separator(parser, "-") && take_digits(parser, 2, "02", &reading->day);
}

/* ".5" or ",5" behind the seconds; digits beyond the ninth do not count. */
static void take_fraction(struct parser *parser, struct clock_reading *reading)
{
	struct pq_string left = parser->left;
	if (left.length < 2 || (left.data[0] != '.' && left.data[0] != ',') || !is_digit(left, 1))
		return;
	size_t at = 1;
	int32_t unit = 100000000;
	for (; is_digit(left, at); at++, unit /= 10)
		reading->nanoseconds += unit * (left.data[at] - '0');
	skip(parser, at);
}

static bool take_clock(struct parser *parser, struct clock_reading *reading)
{
	/* Go takes an hour of one digit here, and so does the API server. */
	bool short_hour = is_digit(parser->left, 0) && !is_digit(parser->left, 1);
	if (!take_digits(parser, short_hour ? 1 : 2, "15", &reading->hour))
		return false;
	if (reading->hour > 23)
		return fail_range(parser, "hour");
	if (!take_separator(parser, ":") || !take_digits(parser, 2, "04", &reading->minute))
		return false;
	if (reading->minute > 59)
		return fail_range(parser, "minute");
	if (!take_separator(parser, ":") || !take_digits(parser, 2, "05", &reading->second))
		return false;
	if (reading->second > 59)
		return fail_range(parser, "second");
	take_fraction(parser, reading);
	return true;
}

static int two_digits(struct pq_string text, size_t at)
{
	if (!is_digit(text, at) || !is_digit(text, at + 1))
		return -1;
	return (text.data[at] - '0') * 10 + (text.data[at + 1] - '0');
}

/* "Z" or "+07:00"; Go lets 24 hours and 60 minutes pass. */
static bool take_zone(struct parser *parser, struct clock_reading *reading)
{
	struct pq_string left = parser->left;
	if (left.length > 0 && left.data[0] == 'Z') {
		skip(parser, 1);
		return true;
	}
	if (left.length < 6 || left.data[3] != ':')
		return fail_element(parser, "Z07:00");
	int hours = two_digits(left, 1);
	int minutes = hours < 0 ? -1 : two_digits(left, 4);
	if (hours > 24)
		return fail_range(parser, "time zone offset hour");
	if (minutes > 60)
		return fail_range(parser, "time zone offset minute");
	if (hours < 0 || minutes < 0 || (left.data[0] != '+' && left.data[0] != '-'))
		return fail_element(parser, "Z07:00");
	reading->offset = (hours * 60 + minutes) * 60;
	if (left.data[0] == '-')
		reading->offset = -reading->offset;
	skip(parser, 6);
	return true;
}

static bool check_end(const struct parser *parser)
{
	if (parser->left.length == 0)
		return true;
	if (start_problem(parser)) {
		pq_buffer_append_text(parser->problem, ": extra text: ");
		pq_quote_write(parser->problem, parser->left);
	}
	return false;
}

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int month, int year)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970-01-01 in the Gregorian calendar. A year that starts in March puts the leap day
 * at its end. */
static int64_t days_since_epoch(int year, int month, int day)
{
	int64_t shifted = month <= 2 ? year - 1 : year;
	int64_t era = (shifted >= 0 ? shifted : shifted - 399) / 400;
	int64_t year_of_era = shifted - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - 719468;
}

static bool check_day(const struct parser *parser, const struct clock_reading *reading)
{
	return (reading->day >= 1 &&
		reading->day <= days_in_month(reading->month, reading->year)) ||
	       fail_range(parser, "day");
}

static void set_time(const struct clock_reading *reading, struct pq_time *time)
{
	time->seconds =
		days_since_epoch(reading->year, reading->month, reading->day) * SECONDS_A_DAY +
		reading->hour * 3600 + reading->minute * 60 + reading->second - reading->offset;
	time->nanoseconds = reading->nanoseconds;
	time->utc_offset = reading->offset;
}

static bool parse_time(struct parser *parser, bool is_zoned, struct pq_time *time)
{
	struct clock_reading reading = { 0 };
	if (!take_date(parser, &reading) || !take_separator(parser, "T") ||
	    !take_clock(parser, &reading) || (is_zoned && !take_zone(parser, &reading)) ||
	    !check_end(parser) || !check_day(parser, &reading))
		return false;
	set_time(&reading, time);
	return true;
}

bool pq_zoned_time_parse(struct pq_string text, struct pq_time *time, struct pq_buffer *problem)
{
	struct parser parser = { LAYOUT, .whole = text, .left = text, .problem = problem };
	return parse_time(&parser, /* is_zoned= */ true, time);
}

bool pq_local_time_parse(struct pq_string text, struct pq_time *time, struct pq_buffer *problem)
{
	struct parser parser = { LOCAL_LAYOUT, .whole = text, .left = text, .problem = problem };
	return parse_time(&parser, /* is_zoned= */ false, time);
}

bool pq_date_parse(struct pq_string text, struct pq_time *time, struct pq_buffer *problem)
{
	struct parser parser = { DATE_LAYOUT, .whole = text, .left = text, .problem = problem };
	struct clock_reading reading = { 0 };
	if (!take_date(&parser, &reading) || !check_end(&parser) || !check_day(&parser, &reading))
		return false;
	set_time(&reading, time);
	return true;
}

bool pq_time_parse(struct pq_string text, int64_t *seconds, int32_t *nanoseconds,
		   struct pq_buffer *problem)
{
	struct pq_time time;
	if (!pq_zoned_time_parse(text, &time, problem))
		return false;
	*seconds = time.seconds;
	*nanoseconds = time.nanoseconds;
	return true;
}

bool pq_date_is_valid(struct pq_string text)
{
	struct pq_time ignored_time;
	return pq_date_parse(text, &ignored_time, NULL);
}

/* Go counts seconds from March of the year -292277022400, without a sign: what comes before is at
 * the end of all. */
#define FIRST_SECOND INT64_C(-9223372028741760000)

/* Years start in March here, so that a leap day is the last. */
struct pq_date_time pq_date_time_from(int64_t seconds)
{
	bool wraps = seconds < FIRST_SECOND;
	int64_t days =
		wraps ? (int64_t)((uint64_t)seconds / SECONDS_A_DAY) : seconds / SECONDS_A_DAY;
	int64_t rest =
		wraps ? (int64_t)((uint64_t)seconds % SECONDS_A_DAY) : seconds % SECONDS_A_DAY;
	if (rest < 0) {
		rest += SECONDS_A_DAY;
		days--;
	}
	int64_t shifted = days + 719468;
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int64_t day_of_era = shifted - era * 146097;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month_of_year = (5 * day_of_year + 2) / 153;
	struct pq_date_time date = {
		.year = year_of_era + era * 400 + (month_of_year >= 10),
		.month = (int)(month_of_year < 10 ? month_of_year + 3 : month_of_year - 9),
		.day = (int)(day_of_year - (153 * month_of_year + 2) / 5 + 1),
		.hour = (int)(rest / 3600),
		.minute = (int)(rest % 3600 / 60),
		.second = (int)(rest % 60),
		.day_of_week = (int)(((days + 4) % 7 + 7) % 7),
	};
	date.day_of_year = (int)(day_of_year < 306 ? day_of_year + 59 + is_leap(date.year)
						   : day_of_year - 306);
	return date;
}

void pq_time_write(struct pq_buffer *buffer, int64_t seconds)
{
	struct pq_date_time time = pq_date_time_from(seconds);
	pq_buffer_append_format(buffer, "%04lld-%02d-%02dT%02d:%02d:%02dZ", (long long)time.year,
				time.month, time.day, time.hour, time.minute, time.second);
}
