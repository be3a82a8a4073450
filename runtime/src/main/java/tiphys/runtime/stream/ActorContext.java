package tiphys.runtime.stream;

import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import tiphys.journal.Journal;
import tiphys.journal.Quarantine;
import tiphys.journal.StreamName;

/// What every actor needs.
///
/// @param threads where actors run: virtual threads in the program, the caller's own in a simulation
/// @param mailboxLimit how many commands that somebody waits for may wait in one stream
/// @param quarantine which streams are set aside, and where is left word of what is being decided
/// @param aside told of each stream that an actor set aside; quick
public record ActorContext(
        Journal journal,
        InstantSource clock,
        Executor threads,
        Wakeups wakeups,
        int mailboxLimit,
        Quarantine quarantine,
        Consumer<StreamName> aside) {}
