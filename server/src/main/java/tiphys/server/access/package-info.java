/// Who may do what: one decision for every face of the API's port, before any of their handlers. Start at
/// [tiphys.server.access.Access].
@NullMarked
package tiphys.server.access;

import org.jspecify.annotations.NullMarked;
