/// Steps that are one HTTP request (`http` templates). Start at [tiphys.served.http.HttpLeaf].
@NullMarked
package tiphys.served.http;

import org.jspecify.annotations.NullMarked;
