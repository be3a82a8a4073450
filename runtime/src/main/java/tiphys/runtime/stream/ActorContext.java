package tiphys.runtime.stream;

import java.time.InstantSource;
import java.util.concurrent.Executor;
import tiphys.journal.Journal;

/// What every actor needs.
///
/// @param threads where actors run: virtual threads in the program, the caller's own in a simulation
/// @param mailboxLimit how many commands that somebody waits for may wait in one stream
public record ActorContext(Journal journal, InstantSource clock, Executor threads, Wakeups wakeups, int mailboxLimit) {}
