/// Steps that change or watch objects of this server's own API (`resource` templates), as Argo does with kubectl. Start at
/// [tiphys.served.resource.ResourceLeaf].
@NullMarked
package tiphys.served.resource;

import org.jspecify.annotations.NullMarked;
