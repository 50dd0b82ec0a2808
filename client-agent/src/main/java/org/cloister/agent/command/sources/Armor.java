package org.cloister.agent.command.sources;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** ASCII armor of OpenPGP public keys (RFC 9580, section 6.2): keyrings of both forms become one block. */
public final class Armor {
    private static final String BEGIN = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
    private static final String END = "-----END PGP PUBLIC KEY BLOCK-----";
    private static final int COLUMNS = 64;
    private static final int CRC_SEED = 0xb704ce;
    private static final int CRC_POLYNOMIAL = 0x1864cfb;
    /** The first bit of every OpenPGP packet is set; no ASCII text begins so. */
    private static final int PACKET = 0x80;

    private Armor() {}

    /**
     * The packets in a key file, binary or armored; several blocks are joined.
     *
     * @throws IllegalArgumentException if it's neither
     */
    public static byte[] packets(byte[] file) {
        if (file.length > 0 && (file[0] & PACKET) != 0) {
            return file;
        }
        String text = new String(file, StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream packets = new ByteArrayOutputStream();
        int begin = text.indexOf(BEGIN);
        while (begin >= 0) {
            int end = text.indexOf(END, begin);
            if (end < 0) {
                throw new IllegalArgumentException("an armored key without its end");
            }
            packets.writeBytes(body(text.substring(begin + BEGIN.length(), end)));
            begin = text.indexOf(BEGIN, end);
        }
        if (packets.size() == 0) {
            throw new IllegalArgumentException("no OpenPGP public key");
        }
        return packets.toByteArray();
    }

    private static byte[] body(String block) {
        String lines = block.replace("\r", "").replaceFirst("^[ \\t]*\\n", "\n");
        int blank = lines.indexOf("\n\n");
        boolean headers = lines.stripLeading().matches("(?s)[A-Za-z]+: .*");
        String base64 = headers && blank >= 0 ? lines.substring(blank) : lines;
        StringBuilder content = new StringBuilder();
        base64.lines().filter(line -> !line.startsWith("=")).forEach(line -> content.append(line.strip()));
        return Base64.getDecoder().decode(content.toString());
    }

    /** One block of all {@code packets}, with its checksum. */
    public static String of(byte[] packets) {
        byte[] newline = {'\n'};
        String base64 = Base64.getMimeEncoder(COLUMNS, newline).encodeToString(packets);
        int crc = crc24(packets);
        byte[] sum = {(byte) (crc >> 16), (byte) (crc >> 8), (byte) crc};
        return BEGIN + "\n\n" + base64 + "\n=" + Base64.getEncoder().encodeToString(sum) + "\n" + END + "\n";
    }

    /** RFC 9580, section 6.1.1. */
    private static int crc24(byte[] bytes) {
        int crc = CRC_SEED;
        for (byte b : bytes) {
            crc ^= (b & 0xff) << 16;
            for (int i = 0; i < 8; i++) {
                crc <<= 1;
                if ((crc & 0x1000000) != 0) {
                    crc ^= CRC_POLYNOMIAL;
                }
            }
        }
        return crc & 0xffffff;
    }
}
