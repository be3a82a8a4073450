/// Event sources over MQTT, and of Emitter, which speaks it too. [MqttConnection] speaks version 3.1.1 and version 5, which differ little for
/// who only listens. Read [MqttLine] first.
@NullMarked
package tiphys.connectors.mqtt;

import org.jspecify.annotations.NullMarked;
