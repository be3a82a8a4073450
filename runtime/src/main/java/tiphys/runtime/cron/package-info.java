/// The CronWorkflows at work: one stream for each, a timer, and the runs that are made. Read [CronWorkflows] first.
@NullMarked
package tiphys.runtime.cron;

import org.jspecify.annotations.NullMarked;
