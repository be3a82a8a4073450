package tiphys.runtime.cron;

import java.time.InstantSource;
import java.time.ZoneId;
import java.util.function.Consumer;
import tiphys.journal.Journal;
import tiphys.journal.Quarantine;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectKey;
import tiphys.objects.ObjectStore;

/// What the CronWorkflows stand on.
///
/// @param zone whose clock counts where an object names none
/// @param created told of each Workflow that was made, right after its flush
/// @param terminate ends a run, of which another one takes the place
public record CronPorts(
        Journal journal,
        ObjectStore store,
        CronRuns runs,
        InstantSource clock,
        ZoneId zone,
        Consumer<ApiObject> created,
        Consumer<ObjectKey> terminate,
        Quarantine quarantine) {}
