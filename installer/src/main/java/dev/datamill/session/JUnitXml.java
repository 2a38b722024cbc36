package dev.datamill.session;

import dev.datamill.run.Verification;

import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;

/** Results in the form that JUnit made common, for whoever collects them: a suite for each component. */
record JUnitXml(String flavour) {

    String of(List<Verification.Proof> proofs) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeCharacters("\n");
            xml.writeStartElement("testsuites");
            xml.writeAttribute("name", flavour);
            for (Verification.Proof proof : proofs) suite(xml, proof);
            xml.writeCharacters("\n");
            xml.writeEndElement();
            xml.writeEndDocument();
        } catch (XMLStreamException intoMemoryNothingFails) {
            throw new IllegalStateException(intoMemoryNothingFails);
        }
        return text.append('\n').toString();
    }

    private void suite(XMLStreamWriter xml, Verification.Proof proof) throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", proof.component());
        xml.writeAttribute("tests", String.valueOf(proof.checks().size()));
        xml.writeAttribute("failures", String.valueOf(proof.checks().stream().filter(check -> !check.passed()).count()));
        xml.writeAttribute("time", seconds(proof.time().toMillis()));
        for (Verification.Checked check : proof.checks()) {
            xml.writeCharacters("\n    ");
            xml.writeStartElement("testcase");
            xml.writeAttribute("classname", flavour + "." + proof.component());
            xml.writeAttribute("name", check.name());
            xml.writeAttribute("time", seconds(check.time().toMillis()));
            if (!check.passed()) {
                xml.writeStartElement("failure");
                xml.writeAttribute("message", allowed(check.message().lines().findFirst().orElse("")));
                xml.writeCharacters(allowed(check.message()));
                xml.writeEndElement();
            }
            xml.writeEndElement();
        }
        xml.writeCharacters("\n  ");
        xml.writeEndElement();
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.2f", millis / 1000.0);
    }

    /** XML has no way at all to say most control characters, which programs like to colour their words with. */
    private static String allowed(String text) {
        return text.replaceAll("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F]", "");
    }
}
