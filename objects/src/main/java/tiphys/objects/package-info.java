/// The API's objects: their types, names, rules and changes, and the port [tiphys.objects.ObjectStore] that keeps them.
@NullMarked
package tiphys.objects;

import org.jspecify.annotations.NullMarked;
