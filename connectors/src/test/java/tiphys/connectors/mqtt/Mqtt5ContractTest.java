package tiphys.connectors.mqtt;

/// Version 5 of the protocol.
class Mqtt5ContractTest extends MqttContract {
    Mqtt5ContractTest() {
        super(MqttSession.Version.FIVE, true);
    }
}
