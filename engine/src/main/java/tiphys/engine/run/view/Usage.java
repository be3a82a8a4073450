package tiphys.engine.run.view;

import tiphys.engine.run.state.Node;
import tiphys.engine.run.state.RunState;
import tiphys.manifest.Value;

/// What the steps of a run used, as Argo's `resourcesDuration` has it: seconds of a processor, and seconds of a hundred mebibytes. A node
/// has what is below it. Argo reckons what was asked for; here it is what was used.
final class Usage {
    private final double[] cpu;
    private final double[] memory;
    private boolean known;
    private double allCpu;
    private double allMemory;

    Usage(RunState state) {
        int count = state.nodes.size();
        cpu = new double[count];
        memory = new double[count];
        for (int i = count - 1; i >= 0; i--) {
            var node = state.node(i);
            known |= node.cpuMicros > 0 || node.peakBytes > 0;
            double ownCpu = node.cpuMicros / 1e6;
            double ownMemory = node.memorySeconds();
            cpu[i] += ownCpu;
            memory[i] += ownMemory;
            allCpu += ownCpu;
            allMemory += ownMemory;
            if (node.parent >= 0) {
                cpu[node.parent] += cpu[i];
                memory[node.parent] += memory[i];
            }
        }
    }

    /// Whether any step used enough to be told.
    boolean known() {
        return known;
    }

    Value.Mapping ofAll() {
        return json(allCpu, allMemory);
    }

    Value.Mapping of(Node node) {
        return json(cpu[node.index], memory[node.index]);
    }

    private static Value.Mapping json(double cpu, double memory) {
        return Value.object("cpu", Math.round(cpu), "memory", Math.round(memory));
    }
}
