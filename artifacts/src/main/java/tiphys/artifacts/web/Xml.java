package tiphys.artifacts.web;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import tiphys.engine.Artifacts.Trouble;

/// An element of an answer in XML, names without their name spaces. Nothing that the text names beside itself is read.
public record Xml(String name, String text, List<Xml> children) {
    private static final int DEEPEST = 50;

    private static final class Open {
        final String name;
        final StringBuilder text = new StringBuilder();
        final List<Xml> children = new ArrayList<>();

        Open(String name) {
            this.name = name;
        }

        Xml closed() {
            return new Xml(name, text.toString(), List.copyOf(children));
        }
    }

    /// @throws Trouble if it is no XML
    public static Xml parse(String text) throws Trouble {
        var factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        var open = new ArrayDeque<Open>();
        open.push(new Open(""));
        try {
            // a byte order mark may come first
            var reader = factory.createXMLStreamReader(new StringReader(text.replaceFirst("^\\uFEFF", "")));
            while (reader.hasNext()) {
                switch (reader.next()) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        open.push(new Open(reader.getLocalName()));
                        if (open.size() > DEEPEST) {
                            throw new Trouble(Trouble.Kind.REFUSED, "the server's XML is too deep");
                        }
                    }
                    case XMLStreamConstants.END_ELEMENT -> {
                        var ended = open.pop().closed();
                        open.element().children.add(ended);
                    }
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
                            open.element().text.append(reader.getText());
                    default -> {
                        // it says nothing
                    }
                }
            }
            return open.element().children.getFirst();
        } catch (XMLStreamException e) {
            throw new Trouble(Trouble.Kind.REFUSED, "the server answered no XML but " + Answer.shortened(text), e);
        }
    }

    /// The elements of that name right below this one.
    public List<Xml> all(String name) {
        return children.stream().filter(one -> one.name().equals(name)).toList();
    }

    /// The text of the first such element on a way of names; empty if there is none.
    public String at(String... names) {
        var here = List.of(this);
        for (var name : names) {
            here = here.stream().flatMap(one -> one.all(name).stream()).toList();
        }
        return here.isEmpty() ? "" : here.getFirst().text();
    }
}
