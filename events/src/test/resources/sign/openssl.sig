Ud0+i9B9aqpBan+YMlfh3/J4cBxI/jCLuV6tEZi3LnH9Fk/11QgtGv/rb4ZtUwiVSA+6Rsw/bvpuuISETVPpBw==
