/// CronWorkflows: what they say ([CronReader]), what is due and what follows from it ([Cron]), and the runs that they make
/// ([CronRun]). Nothing here knows what time it is.
@NullMarked
package tiphys.events.cron;

import org.jspecify.annotations.NullMarked;
