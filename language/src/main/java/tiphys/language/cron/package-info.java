/// The schedules of cron, as the library reads them that Argo uses. Read [CronSchedule] first.
@NullMarked
package tiphys.language.cron;

import org.jspecify.annotations.NullMarked;
