package tiphys.container;

import java.time.Duration;
import java.util.OptionalInt;
import tiphys.attempts.Probing;
import tiphys.container.api.Container;
import tiphys.container.api.EngineFailed;
import tiphys.engine.Readiness;
import tiphys.engine.Readiness.Question;

/// Asks a daemon whether it answers, until it does or is over; on a thread of its own.
final class Questions implements Runnable {
    private static final String MACHINE = "127.0.0.1";

    private final House house;
    private final Attempt attempt;
    private final Member member;
    private final String network;
    private final Connection connection;

    private Questions(House house, Attempt attempt, Member member, String network, Connection connection) {
        this.house = house;
        this.attempt = attempt;
        this.member = member;
        this.network = network;
        this.connection = connection;
    }

    /// @param network the container whose address the daemon has
    static void ask(House house, Attempt attempt, Member member, String network, Connection connection) {
        Thread.ofVirtual()
                .name("asks " + member.name)
                .start(new Questions(house, attempt, member, network, connection));
    }

    @Override
    public void run() {
        try {
            var address = address();
            var readiness = member.order.template().readiness();
            if (readiness.isEmpty()
                    || Probing.untilReady(readiness.get(), () -> member.runs, one -> good(one, address))) {
                attempt.nowReady(address);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (EngineFailed e) {
            System.err.println("the daemon " + member.name + " cannot be asked: " + e.said());
        }
    }

    /// Without a network of its own it is reached as this machine is.
    private String address() throws EngineFailed, InterruptedException {
        var found = connection.<java.util.Optional<Container>>patiently(() -> house.engine().find(network));
        return found.map(Container::address).filter(text -> !text.isEmpty()).orElse(MACHINE);
    }

    private boolean good(Readiness readiness, String address) {
        var timeout = readiness.timeout().isZero() ? Duration.ofSeconds(1) : readiness.timeout();
        return switch (readiness.question()) {
            case Question.Exec(var command) -> ran(command, timeout).equals(OptionalInt.of(0));
            case Question.Http http -> Probing.answered(http, address, timeout);
            case Question.Tcp(var host, var port) -> Probing.connected(host.isEmpty() ? address : host, port, timeout);
        };
    }

    private OptionalInt ran(java.util.List<String> command, Duration timeout) {
        try {
            return house.engine().run(member.name, command, timeout);
        } catch (EngineFailed _) {
            return OptionalInt.empty();
        }
    }
}
