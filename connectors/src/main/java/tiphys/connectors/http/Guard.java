package tiphys.connectors.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import tiphys.events.action.Answer;
import tiphys.events.action.TriggerFailed;

/// Keeps a manifest's addresses from leading to what listens on this machine alone, or to what clouds tell their own machines.
public final class Guard {
    private static final List<String> OF_CLOUDS = List.of("169.254.", "fd00:ec2:", "100.100.100.200");

    private Guard() {}

    /// Whether an address may be asked, as it is looked up now.
    ///
    /// @throws TriggerFailed if it may not, or is not known
    public static void check(String url) throws TriggerFailed {
        String host;
        try {
            host = URI.create(url).getHost();
        } catch (IllegalArgumentException e) {
            throw new TriggerFailed("\"" + url + "\" is no address");
        }
        if (host == null) {
            throw new TriggerFailed("\"" + url + "\" names no host");
        }
        try {
            for (var address : InetAddress.getAllByName(host)) {
                if (isOwn(address)) {
                    throw new TriggerFailed(
                            url
                                    + " leads to "
                                    + address.getHostAddress()
                                    + ", which is this machine or an address that clouds keep for themselves; a manifest may not ask there");
                }
            }
        } catch (UnknownHostException e) {
            throw new TriggerFailed("there is no host " + host, Answer.NONE, TriggerFailed.Again.MAY_HELP);
        }
    }

    private static boolean isOwn(InetAddress address) {
        var text = address.getHostAddress();
        return address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isMulticastAddress()
                || OF_CLOUDS.stream().anyMatch(text::startsWith);
    }
}
