/// Steps that list what is kept and transform the list (`data` templates). Start at [tiphys.served.data.DataLeaf].
@NullMarked
package tiphys.served.data;

import org.jspecify.annotations.NullMarked;
