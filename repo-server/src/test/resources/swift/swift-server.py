"""OpenStack Swift with its S3 API: one device, one replica, in one directory and one process. Ends when its standard input does.

usage: swift-server.py DIRECTORY PROXY-PORT ACCOUNT-PORT CONTAINER-PORT OBJECT-PORT
"""
import getpass
import os
import sys

from swift.common import utils
from swift.common.ring import RingBuilder
from swift.common.wsgi import SwiftHttpProtocol, loadapp

utils.eventlet_monkey_patch()

import eventlet
import eventlet.tpool
import eventlet.wsgi

DIRECTORY, PORTS = sys.argv[1], dict(zip(('proxy', 'account', 'container', 'object'), map(int, sys.argv[2:6])))
FILTERS = ('catch_errors', 'gatekeeper', 'cache', 'listing_formats', 's3api', 'tempauth', 'copy', 'dlo', 'slo')
OPTIONS = {'s3api': 'use = egg:swift#s3api\nmax_bucket_listing = 3',  # so that every listing has pages
           'cache': 'use = egg:swift#memcache\nmemcache_servers = 127.0.0.1:1',
           'tempauth': 'use = egg:swift#tempauth\nuser_pool_tester = secret .admin'}
COMMON = f'''[DEFAULT]
swift_dir = {DIRECTORY}
devices = {DIRECTORY}/devices
mount_check = false
user = {getpass.getuser()}
log_address = /nonexistent
'''


def write(name, text):
    with open(os.path.join(DIRECTORY, name), 'w') as out:
        out.write(text)


def configuration(kind):
    if kind == 'proxy':
        pipeline = ' '.join(FILTERS) + ' proxy-server'
        filters = ''.join(f'[filter:{name}]\n' + OPTIONS.get(name, f'use = egg:swift#{name}') + '\n' for name in FILTERS)
    else:
        pipeline, filters = f'{kind}-server', ''
    return (COMMON + f'bind_port = {PORTS[kind]}\n[pipeline:main]\npipeline = {pipeline}\n'
            f'[app:{kind}-server]\nuse = egg:swift#{kind}\n' + ('account_autocreate = true\n' if kind == 'proxy' else '') + filters)


def ring(kind):
    builder = RingBuilder(4, 1, 1)
    builder.add_dev({'region': 1, 'zone': 1, 'ip': '127.0.0.1', 'port': PORTS[kind], 'device': 'd', 'weight': 1})
    builder.rebalance()
    builder.get_ring().save(os.path.join(DIRECTORY, f'{kind}.ring.gz'))


def serve(kind):
    application = loadapp(os.path.join(DIRECTORY, f'{kind}.conf'), {'log_name': kind})
    listener = eventlet.listen(('127.0.0.1', PORTS[kind]))
    eventlet.spawn(eventlet.wsgi.server, listener, application, protocol=SwiftHttpProtocol, log_output=False, debug=False)


os.makedirs(os.path.join(DIRECTORY, 'devices', 'd'), exist_ok=True)
write('swift.conf', '[swift-hash]\nswift_hash_path_suffix = test\nswift_hash_path_prefix = test\n')
utils.SWIFT_CONF_FILE = os.path.join(DIRECTORY, 'swift.conf')
utils.validate_hash_conf()
for each in reversed(PORTS):
    write(f'{each}.conf', configuration(each))
    if each != 'proxy':
        ring(each)
    serve(each)
print('ready', flush=True)
eventlet.tpool.execute(sys.stdin.read)
