/// Steps as processes of this machine, under a runner that outlives the server. Start reading at [tiphys.process.ProcessExecutor]
/// (the server's side), then [tiphys.process.runner.Runner] (who owns the processes).
@NullMarked
package tiphys.process;

import org.jspecify.annotations.NullMarked;
