package org.cloister.repo.rpm;

/** The tags of headers that an import reads (rpmtag.h of rpm 4.18). */
final class RpmTag {
    static final int NAME = 1000;
    static final int VERSION = 1001;
    static final int RELEASE = 1002;
    static final int EPOCH = 1003;
    static final int SUMMARY = 1004;
    static final int DESCRIPTION = 1005;
    static final int BUILD_TIME = 1006;
    static final int VENDOR = 1011;
    static final int LICENSE = 1014;
    static final int PACKAGER = 1015;
    static final int GROUP = 1016;
    static final int URL = 1020;
    static final int OS = 1021;
    static final int ARCH = 1022;
    static final int OLD_FILE_NAMES = 1027;
    static final int FILE_SIZES = 1028;
    static final int FILE_MODES = 1030;
    static final int FILE_RDEVS = 1033;
    static final int FILE_MTIMES = 1034;
    static final int FILE_DIGESTS = 1035;
    static final int FILE_LINK_TOS = 1036;
    static final int FILE_FLAGS = 1037;
    static final int FILE_USER_NAME = 1039;
    static final int FILE_GROUP_NAME = 1040;
    static final int SOURCE_RPM = 1044;
    static final int FILE_DEVICES = 1095;
    static final int FILE_INODES = 1096;
    static final int SOURCE_PACKAGE = 1106;
    static final int DIR_INDEXES = 1116;
    static final int BASE_NAMES = 1117;
    static final int DIR_NAMES = 1118;
    static final int PAYLOAD_FORMAT = 1124;
    static final int PAYLOAD_COMPRESSOR = 1125;
    static final int LONG_FILE_SIZES = 5008;
    static final int FILE_CAPS = 5010;
    static final int FILE_DIGEST_ALGORITHM = 5011;
    static final int PAYLOAD_DIGEST = 5092;
    static final int PAYLOAD_DIGEST_ALGORITHM = 5093;

    /** Of the signature header: SHA-256 of the header that follows. */
    static final int SIGNATURE_SHA256 = 273;

    private RpmTag() {}
}
