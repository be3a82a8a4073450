package tiphys.runtime;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import tiphys.events.action.Answer;
import tiphys.events.action.Firing;
import tiphys.events.action.Request;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKind;
import tiphys.events.spec.Fields;

/// A type of trigger whose far side is the test: it remembers each call, and answers as it is told.
final class FarSide implements TriggerKind {
    /// One call.
    record Call(Firing firing, String payload, String secret) {}

    /// What it answers.
    interface Behaviour {
        Answer answer(Call call, int number) throws IOException, InterruptedException, TriggerFailed;
    }

    private final List<Call> calls = new ArrayList<>();
    private volatile Behaviour behaviour = (_, _) -> new Answer("200", "fine");
    private volatile CountDownLatch hold = new CountDownLatch(0);

    void behave(Behaviour next) {
        behaviour = next;
    }

    /// Lets every call wait until [#release].
    void hold() {
        hold = new CountDownLatch(1);
    }

    void release() {
        hold.countDown();
    }

    List<Call> calls() {
        synchronized (calls) {
            return List.copyOf(calls);
        }
    }

    @Override
    public String key() {
        return "http";
    }

    @Override
    public String claims() {
        return "events.HTTPTrigger honoured url payload parameters basicAuth";
    }

    @Override
    public void check(Fields block) {
        block.required("url");
    }

    @Override
    public Answer fire(Firing firing, Request request) throws IOException, InterruptedException, TriggerFailed {
        var call = new Call(firing, request.payload(), request.secret("basicAuth", "password").orElse(""));
        int number;
        synchronized (calls) {
            calls.add(call);
            number = calls.size();
        }
        hold.await();
        return behaviour.answer(call, number);
    }
}
