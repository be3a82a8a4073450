/// The API of UI and CLI, `/tiphys/v1`, as docs/api.md describes it. Start at [tiphys.server.api.TiphysApi], which has the
/// table of requests.
@NullMarked
package tiphys.server.api;

import org.jspecify.annotations.NullMarked;
