package dev.datamill.images;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** As much of the tar format as image archives need: plain files, and names of any length when reading. */
final class Tar {

    private static final int BLOCK = 512;

    private Tar() {
    }

    @FunctionalInterface
    interface Visitor {
        /** @param content ends where the file ends; what is not read of it is skipped */
        void file(String name, long size, InputStream content) throws IOException;
    }

    static void read(InputStream in, Visitor visitor) throws IOException {
        byte[] header = new byte[BLOCK];
        String longName = null;
        while (in.readNBytes(header, 0, BLOCK) == BLOCK && header[0] != 0) {
            long size = number(header, 124, 12);
            Content content = new Content(in, size);
            switch (header[156]) {
                case 'L' -> longName = text(content.readAllBytes());
                case 'x' -> {
                    String named = paxPath(new String(content.readAllBytes(), StandardCharsets.UTF_8));
                    if (named != null) longName = named;
                }
                case '0', 0 -> {
                    String prefix = text(java.util.Arrays.copyOfRange(header, 345, 500));
                    String name = text(java.util.Arrays.copyOfRange(header, 0, 100));
                    if (longName != null) name = longName;
                    else if (header[257] == 'u' && header[263] == '0' && !prefix.isEmpty()) name = prefix + "/" + name;
                    longName = null;
                    visitor.file(name.startsWith("./") ? name.substring(2) : name, size, content);
                }
                default -> longName = null;
            }
            content.skipRest();
            in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
        }
    }

    private static String paxPath(String records) {
        int at = 0;
        String path = null;
        while (at < records.length()) {
            int space = records.indexOf(' ', at);
            if (space < 0) break;
            int end = at + Integer.parseInt(records.substring(at, space));
            String record = records.substring(space + 1, Math.min(end, records.length()) - 1);
            if (record.startsWith("path=")) path = record.substring(5);
            at = end;
        }
        return path;
    }

    private static String text(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) end++;
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    private static long number(byte[] header, int from, int length) throws IOException {
        if ((header[from] & 0x80) != 0) {
            long value = header[from] & 0x7f;
            for (int i = 1; i < length; i++) value = value << 8 | header[from + i] & 0xff;
            return value;
        }
        String octal = text(java.util.Arrays.copyOfRange(header, from, from + length)).strip();
        try {
            return octal.isEmpty() ? 0 : Long.parseLong(octal, 8);
        } catch (NumberFormatException e) {
            throw new IOException("this is no tar archive", e);
        }
    }

    /** One file's part of the stream. */
    private static final class Content extends InputStream {
        private final InputStream in;
        private long left;

        Content(InputStream in, long size) {
            this.in = in;
            this.left = size;
        }

        @Override
        public int read() throws IOException {
            if (left == 0) return -1;
            int read = in.read();
            if (read < 0) throw new EOFException("the archive ends in the middle of a file");
            left--;
            return read;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (length == 0) return 0;
            if (left == 0) return -1;
            int read = in.read(buffer, offset, (int) Math.min(length, left));
            if (read < 0) throw new EOFException("the archive ends in the middle of a file");
            left -= read;
            return read;
        }

        void skipRest() throws IOException {
            in.skipNBytes(left);
            left = 0;
        }
    }

    /** Writes files with a fixed time and owner, so that the same content gives the same archive. */
    static final class Writer implements Closeable {
        private final OutputStream out;

        Writer(OutputStream out) {
            this.out = out;
        }

        void add(String name, byte[] content) throws IOException {
            header(name, content.length);
            out.write(content);
            pad(content.length);
        }

        void add(String name, Path file) throws IOException {
            long size = Files.size(file);
            header(name, size);
            Files.copy(file, out);
            pad(size);
        }

        private void header(String name, long size) throws IOException {
            byte[] header = new byte[BLOCK];
            byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
            if (nameBytes.length > 100) throw new IOException("the name " + name + " is too long for an archive");
            System.arraycopy(nameBytes, 0, header, 0, nameBytes.length);
            put(header, 100, "0000644\0" + "0000000\0" + "0000000\0");
            if (size < 1L << 33) {
                put(header, 124, "%011o\0".formatted(size));
            } else {
                for (int i = 0; i < 8; i++) header[135 - i] = (byte) (size >>> 8 * i);
                header[124] = (byte) 0x80;
            }
            put(header, 136, "00000000000\0" + "        " + "0");
            put(header, 257, "ustar\0" + "00");
            int sum = 0;
            for (byte b : header) sum += b & 0xff;
            put(header, 148, "%06o\0 ".formatted(sum));
            out.write(header);
        }

        private static void put(byte[] header, int at, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(bytes, 0, header, at, bytes.length);
        }

        private void pad(long size) throws IOException {
            out.write(new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)]);
        }

        @Override
        public void close() throws IOException {
            out.write(new byte[2 * BLOCK]);
        }
    }
}
