#include "base/clock.h"
#include "cel/evaluate.h"
#include "cel/standard.h"
#include "cel/text.h"
#include "cel/zone.h"
#include "formats/timestamp.h"

static int64_t year_of(const struct pq_date_time *date)
{
	return date->year;
}

static int64_t month_of(const struct pq_date_time *date)
{
	return date->month - 1;
}

static int64_t day_of_year_of(const struct pq_date_time *date)
{
	return date->day_of_year;
}

static int64_t day_of_month_of(const struct pq_date_time *date)
{
	return date->day - 1;
}

static int64_t date_of(const struct pq_date_time *date)
{
	return date->day;
}

static int64_t day_of_week_of(const struct pq_date_time *date)
{
	return date->day_of_week;
}

static int64_t hours_of(const struct pq_date_time *date)
{
	return date->hour;
}

static int64_t minutes_of(const struct pq_date_time *date)
{
	return date->minute;
}

static int64_t seconds_of(const struct pq_date_time *date)
{
	return date->second;
}

/* zone NULL: UTC. */
static void get_part(struct pq_cel_run *run, const struct pq_cel_value *timestamp,
		     const struct pq_cel_value *zone, int64_t part(const struct pq_date_time *date),
		     struct pq_cel_value *result)
{
	int64_t offset = 0;
	if (zone != NULL && !pq_cel_zone_offset(run->arena, pq_cel_value_string(zone),
						timestamp->integer, &run->zone, &offset, result))
		return;
	struct pq_date_time date = pq_date_time_from(pq_cel_local_seconds(timestamp, offset));
	*result = pq_cel_from_int(part == NULL ? timestamp->nanoseconds / 1000000 : part(&date));
}

#define GETTER(name, part)                                                                         \
	void pq_cel_get_##name(struct pq_cel_run *run, const struct pq_cel_value *arguments,       \
			       struct pq_cel_value *result)                                        \
	{                                                                                          \
		get_part(run, &arguments[0], NULL, part, result);                                  \
	}                                                                                          \
	void pq_cel_get_##name##_in_zone(struct pq_cel_run *run,                                   \
					 const struct pq_cel_value *arguments,                     \
					 struct pq_cel_value *result)                              \
	{                                                                                          \
		get_part(run, &arguments[0], &arguments[1], part, result);                         \
	}

GETTER(year, year_of)
GETTER(month, month_of)
GETTER(day_of_year, day_of_year_of)
GETTER(day_of_month, day_of_month_of)
GETTER(date, date_of)
GETTER(day_of_week, day_of_week_of)
GETTER(hours, hours_of)
GETTER(minutes, minutes_of)
GETTER(seconds, seconds_of)
GETTER(milliseconds, NULL)

/* Go goes through a double: whole units and what is left over of them. */
static struct pq_cel_value in_units(const struct pq_cel_value *duration, int64_t unit)
{
	int64_t nanoseconds = duration->integer;
	double units = (double)(nanoseconds / unit) + (double)(nanoseconds % unit) / (double)unit;
	return pq_cel_from_int((int64_t)units);
}

void pq_cel_duration_get_hours(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			       struct pq_cel_value *result)
{
	(void)run;
	*result = in_units(&arguments[0], PQ_HOUR);
}

void pq_cel_duration_get_minutes(struct pq_cel_run *run, const struct pq_cel_value *arguments,
				 struct pq_cel_value *result)
{
	(void)run;
	*result = in_units(&arguments[0], PQ_MINUTE);
}

void pq_cel_duration_get_seconds(struct pq_cel_run *run, const struct pq_cel_value *arguments,
				 struct pq_cel_value *result)
{
	(void)run;
	*result = in_units(&arguments[0], PQ_SECOND);
}

void pq_cel_duration_get_milliseconds(struct pq_cel_run *run, const struct pq_cel_value *arguments,
				      struct pq_cel_value *result)
{
	(void)run;
	*result = pq_cel_from_int(arguments[0].integer / PQ_MILLISECOND);
}
