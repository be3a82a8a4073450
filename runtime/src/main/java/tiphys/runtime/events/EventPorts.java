package tiphys.runtime.events;

import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import tiphys.engine.RunRows;
import tiphys.events.Deliveries;
import tiphys.events.EventIndexReader;
import tiphys.events.action.TriggerKinds;
import tiphys.events.source.SourceKinds;
import tiphys.journal.Journal;
import tiphys.journal.Quarantine;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectStore;
import tiphys.objects.Objects;

/// What the event side stands on.
///
/// @param kinds the types of event sources that are there
/// @param actions the types of triggers that are there
/// @param ids gives each event a new id: 32 hex digits
/// @param created told of each Workflow that a firing made, right after its flush, so that its run need not wait for the
///     watch; counted among the live runs from then on
/// @param liveRuns how many runs are live now
/// @param mostLiveRuns triggers consume no further events while so many runs are live or about to be
/// @param quarantine which triggers and objects are set aside
public record EventPorts(
        Journal journal,
        ObjectStore store,
        EventIndexReader index,
        Deliveries deliveries,
        RunRows runs,
        Objects objects,
        SourceKinds kinds,
        TriggerKinds actions,
        InstantSource clock,
        Supplier<String> ids,
        Consumer<ApiObject> created,
        IntSupplier liveRuns,
        int mostLiveRuns,
        Quarantine quarantine) {}
