/// What an engine is asked for, worked out from an order's template, and what it cannot honour of it. Start at
/// [tiphys.container.order.Body].
@NullMarked
package tiphys.container.order;

import org.jspecify.annotations.NullMarked;
