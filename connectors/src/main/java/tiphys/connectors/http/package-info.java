/// HTTP requests that triggers make: the type `http`, and [tiphys.connectors.http.Calls] for all that go over HTTP.
@NullMarked
package tiphys.connectors.http;

import org.jspecify.annotations.NullMarked;
