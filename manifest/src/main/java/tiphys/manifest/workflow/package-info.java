/// Workflows as typed views of their manifest: what a field means, with its default. A view holds the value itself, so tags can
/// be replaced in it and the result viewed again.
///
/// Start reading at [tiphys.manifest.workflow.WorkflowSpec].
@NullMarked
package tiphys.manifest.workflow;

import org.jspecify.annotations.NullMarked;
