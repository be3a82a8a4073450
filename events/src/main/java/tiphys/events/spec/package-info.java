/// What EventBus, EventSource and Sensor objects ask for, read into records; what cannot be honoured is refused by name.
@NullMarked
package tiphys.events.spec;

import org.jspecify.annotations.NullMarked;
