/// The type `http` against a server of its own.
@NullMarked
package tiphys.connectors.http;

import org.jspecify.annotations.NullMarked;
