/// How a run is shown: status, explanation, summaries. Start at [tiphys.engine.run.view.StatusJson].
@NullMarked
package tiphys.engine.run.view;

import org.jspecify.annotations.NullMarked;
