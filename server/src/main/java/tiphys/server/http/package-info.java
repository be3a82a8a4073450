/// What every HTTP face of the server shares: answers, bounded bodies, metrics, patience with slow clients.
@NullMarked
package tiphys.server.http;

import org.jspecify.annotations.NullMarked;
