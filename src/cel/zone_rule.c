#include "cel/zone_rule.h"

#include "base/character.h"
#include "formats/timestamp.h"

enum { SECONDS_AN_HOUR = 3600, SECONDS_A_DAY = 86400 };

/* When daylight saving starts or ends in a year. */
struct change {
	char kind; /* 'M': the week'th day of month; 'J': a day from 1 without 29 February; 'N':
		      from 0 */
	int month, week, day;
	int32_t time; /* of the day, in seconds */
};

struct rule {
	int32_t standard; /* offsets in seconds east of UTC */
	int32_t saving;
	bool has_saving;
	struct change start;
	struct change end;
};

static bool take_byte(struct pq_string *text, char byte)
{
	if (text->length == 0 || text->data[0] != byte)
		return false;
	*text = pq_string_slice(*text, 1, text->length);
	return true;
}

static bool take_number(struct pq_string *text, int *number)
{
	size_t digits = 0;
	int value = 0;
	while (digits < text->length && digits < 4 &&
	       pq_is_digit((unsigned char)text->data[digits]))
		value = value * 10 + (text->data[digits++] - '0');
	*text = pq_string_slice(*text, digits, text->length);
	*number = value;
	return digits > 0;
}

/* "CET" or "<+03>". */
static bool take_name(struct pq_string *text)
{
	size_t length = 0;
	if (take_byte(text, '<')) {
		while (length < text->length && text->data[length] != '>')
			length++;
		*text = pq_string_slice(*text, length, text->length);
		return length > 0 && take_byte(text, '>');
	}
	while (length < text->length && pq_is_alphanumeric((unsigned char)text->data[length]) &&
	       !pq_is_digit((unsigned char)text->data[length]))
		length++;
	*text = pq_string_slice(*text, length, text->length);
	return length > 0;
}

/* "-3:30": hours, minutes and seconds. */
static bool take_time(struct pq_string *text, int32_t *seconds)
{
	int hours, part;
	bool negative = take_byte(text, '-');
	if (!negative)
		take_byte(text, '+');
	if (!take_number(text, &hours))
		return false;
	int32_t total = hours * SECONDS_AN_HOUR;
	for (int32_t unit = 60; unit >= 1 && take_byte(text, ':'); unit /= 60) {
		if (!take_number(text, &part))
			return false;
		total += part * unit;
	}
	*seconds = negative ? -total : total;
	return true;
}

static bool take_change(struct pq_string *text, struct change *change)
{
	*change = (struct change){ .kind = 'N', .time = 2 * SECONDS_AN_HOUR };
	if (take_byte(text, 'M')) {
		change->kind = 'M';
		if (!take_number(text, &change->month) || !take_byte(text, '.') ||
		    !take_number(text, &change->week) || !take_byte(text, '.') ||
		    !take_number(text, &change->day))
			return false;
	} else {
		if (take_byte(text, 'J'))
			change->kind = 'J';
		if (!take_number(text, &change->day))
			return false;
	}
	return !take_byte(text, '/') || take_time(text, &change->time);
}

static bool read_rule(struct pq_string text, struct rule *rule)
{
	int32_t west;
	*rule = (struct rule){ 0 };
	if (!take_name(&text) || !take_time(&text, &west))
		return false;
	rule->standard = -west;
	if (text.length == 0)
		return true;
	rule->has_saving = true;
	rule->saving = rule->standard + SECONDS_AN_HOUR;
	if (!take_name(&text))
		return false;
	if (text.length > 0 && text.data[0] != ',') {
		if (!take_time(&text, &west))
			return false;
		rule->saving = -west;
	}
	return take_byte(&text, ',') && take_change(&text, &rule->start) && take_byte(&text, ',') &&
	       take_change(&text, &rule->end) && text.length == 0;
}

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Seconds from the start of a year, by the clock before the change. */
static int64_t second_of_year(const struct change *change, int64_t year, int year_starts_on)
{
	static const int days_before[] = { 0,   31,  59,  90,  120, 151, 181,
					   212, 243, 273, 304, 334, 365 };
	int64_t day = change->day;
	if (change->kind == 'J')
		day = change->day - 1 + (is_leap(year) && change->day >= 60);
	if (change->kind == 'M' && change->month >= 1 && change->month <= 12) {
		int first = days_before[change->month - 1] + (is_leap(year) && change->month > 2);
		int last = days_before[change->month] + (is_leap(year) && change->month > 1);
		int weekday = (year_starts_on + first) % 7;
		day = first + (change->day - weekday + 7) % 7 + 7 * (change->week - 1);
		while (day >= last)
			day -= 7;
	}
	return day * SECONDS_A_DAY + change->time;
}

bool pq_cel_zone_rule_offset(struct pq_string text, int64_t seconds, int32_t *offset)
{
	struct rule rule;
	if (!read_rule(text, &rule))
		return false;
	*offset = rule.standard;
	if (!rule.has_saving)
		return true;
	struct pq_date_time date = pq_date_time_from(seconds);
	int64_t second = (int64_t)date.day_of_year * SECONDS_A_DAY + date.hour * SECONDS_AN_HOUR +
			 date.minute * 60 + date.second;
	int starts_on = ((date.day_of_week - date.day_of_year) % 7 + 7) % 7;
	int64_t start = second_of_year(&rule.start, date.year, starts_on) - rule.standard;
	int64_t end = second_of_year(&rule.end, date.year, starts_on) - rule.saving;
	bool saves =
		start < end ? second >= start && second < end : second >= start || second < end;
	if (saves)
		*offset = rule.saving;
	return true;
}
