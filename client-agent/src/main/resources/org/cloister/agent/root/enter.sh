#!/bin/sh
# @MARK@ @NAME@: enters the root. Written by the agent; a change to it is lost.
# enter [--home|--no-home|--service FILE] [COMMAND ARGUMENT...]; a shell without a command. Sourced by the launchers of single commands.
# With --service COMMAND is the first process, finds FILE at /run/cloister/init, and all others end with it.
# All that depends on the caller is decided here, without a fork: docs/adr says what is shared, and why.
root=@ROOT@
launch=@LAUNCH@
home=policy service=
case ${1-} in
--service) home=none service=$2 && shift 2 ;;
--home) home=shared && shift ;;
--no-home) home=none && shift ;;
esac
if [ $# = 0 ]; then
    if [ -x "$root/usr/bin/bash" ]; then set -- /usr/bin/bash; else set -- /bin/sh; fi
fi

# Administration programs see no home and may pass over permissions; programs see the home and may not.
if [ $home = policy ]; then
    home=shared
    case $1 in
    /usr/sbin/* | /sbin/*) home=none ;;
    */*) ;;
    *) [ -e "$root/usr/sbin/$1" ] && [ ! -e "$root/usr/bin/$1" ] && home=none ;;
    esac
fi

# Root of the machine, or root of a user namespace for an ordinary user's administration programs; otherwise the caller.
mapped=@MAPPED@
as=user
while read -r key real effective others; do
    case $key in
    Uid:) uid=$effective ;;
    SigIgn:) ignored=$real && break ;;
    esac
done </proc/self/status
if [ "$uid" = 0 ]; then
    as=root mapped=
elif [ $home = none ] && [ -n "$mapped" ]; then
    as=root
else
    mapped=
fi

# A root that binds ports has a network of its own: a namespace of the machine, which root enters, or one below a user namespace, which a process
# holds and its user enters with all of the user namespace's users.
network=@NETWORK@ holder=@HOLDER@ etc=@ETC@ enter= same=
if [ -n "$network" ] && { [ "$uid" = 0 ] || [ -n "$holder" ]; }; then
    for pause in 1 1 1 1 1 1 1 1 -; do
        [ ! -e "$network" ] || break
        [ $pause != - ] || { echo "cloister: the network of @NAME@ is not there; does the agent run? (cloister status)" >&2 && exit 1; }
        sleep $pause
    done
    etc=@NETWORK_ETC@
    if [ -n "$holder" ]; then
        read -r holder <"$network"
        enter="nsenter --target $holder --user --net --preserve-credentials --" mapped=
        # Inside, the caller is root of the user namespace; a program that shall be the caller gets one more.
        if [ $as = user ]; then
            while read -r key gid others; do
                [ "$key" != Gid: ] || break
            done </proc/self/status
            same="--unshare-user --uid $uid --gid $gid"
        fi
    else
        enter="nsenter --net=$network --"
    fi
fi

# Where the home is inside, and the directory above it, which is covered. A home in a system directory can't be shared.
case ${HOME:=/} in
/root) inside=/home/root above=/home ;;
/home/* | /tmp/*/* | /var/tmp/*/*) inside=$HOME above=${HOME%/*} ;;
/usr/* | /etc/* | /var/* | /opt/* | /dev/* | /proc/* | /sys/* | /run/* | /boot/* | /tmp/* | /lib*/* | /*bin/*) inside= above= ;;
/*/*) inside=$HOME above=${HOME%/*} ;;
*) inside= above= ;;
esac
[ -n "$inside" ] || home=none

dir=/
if [ $home = shared ]; then
    case $PWD in
    "$HOME" | "$HOME"/*) dir=$inside${PWD#"$HOME"} ;;
    *) [ -d "$root$PWD" ] && dir=$PWD ;;
    esac
elif [ -d "$root$PWD" ]; then
    dir=$PWD
fi
# A terminal's SIGINT and SIGQUIT are the program's: who stands between it and the caller ignores them, and env(1) of the root ends that for the program,
# but for those that its caller ignored already (bits 1 and 2).
stays=@MENDS@ ends=
case $ignored in *[014589cdCD]) ends=INT ;; esac
case $ignored in *[012389abAB]) ends=$ends${ends:+,}QUIT ;; esac
case $1 in *=*) stays= ;; esac
[ -z "$service" ] || stays=
[ -z "$stays" ] || [ -z "$ends" ] || set -- /usr/bin/env --default-signal=$ends -- "$@"

# What was granted of a desktop takes the place of the word. Who shows something is a person, and no service has one.
desktop=@DESKTOP@
if [ -n "$desktop" ] && [ -z "$service" ]; then set -- --cloister-desktop --chdir "$dir" -- "$@"; else set -- --chdir "$dir" -- "$@" && desktop=; fi

# The environment is the root's; of the caller's only what a terminal and a language need.
@ENVIRONMENT@
homedir=$HOME
if [ $as = root ] && [ $home != shared ]; then homedir=/root; fi
set -- --clearenv --setenv PATH /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/usr/games:/sbin:/bin \
    --setenv HOME "$homedir" --setenv USER "${USER:-root}" --setenv LOGNAME "${USER:-root}" --setenv SHELL /bin/sh \
    --setenv CLOISTER_ROOT_NAME @NAME@ "$@"

if [ $home = shared ]; then
    # Launchers start programs outside of a root: no root may write them. Cloister's state and tokens are nobody's business.
    if [ -d "$HOME/.local/bin" ]; then
        set -- --ro-bind "$HOME/.local/bin" "$inside/.local/bin" "$@"
    fi
    # Who has these may use display and sound. A link may lead to where nothing can be covered.
    for hidden in .Xauthority .ICEauthority .pulse-cookie .config/pulse/cookie; do
        [ ! -f "$HOME/$hidden" ] || [ -L "$HOME/$hidden" ] || [ -L "$HOME/.config" ] || [ -L "$HOME/.config/pulse" ] ||
            set -- --ro-bind /dev/null "$inside/$hidden" "$@"
    done
    case ${XAUTHORITY-} in
    "$HOME"/.Xauthority) ;;
    "$HOME"/*) [ ! -f "$XAUTHORITY" ] || [ -L "$XAUTHORITY" ] || [ -L "${XAUTHORITY%/*}" ] ||
        set -- --ro-bind /dev/null "$inside${XAUTHORITY#"$HOME"}" "$@" ;;
    esac
    # The way to the home may be another than the one to what is hidden in it.
    real=$HOME here=$PWD
    if cd -P "$HOME" 2>/dev/null; then real=$PWD && cd "$here"; fi
    for hidden in "$HOME/.config/cloister" "$HOME/.local/state/cloister" @HIDDEN@; do
        case $hidden in
        "$HOME"/*) below=${hidden#"$HOME"} ;;
        "$real"/*) below=${hidden#"$real"} ;;
        *) continue ;;
        esac
        [ ! -d "$hidden" ] || set -- --tmpfs "$inside$below" "$@"
    done
    # Nobody can list the directory above the home: a recursive delete that starts at / ends there.
    set -- --perms 0311 --tmpfs "$above" --bind "$HOME" "$inside" "$@"
    case $inside in
    /var/tmp/*) set -- --perms 1777 --tmpfs /var/tmp "$@" ;;
    esac
    caps='@PROGRAMS@'
else
    caps='@SCRIPTS@'
fi
if [ $as = user ]; then
    caps=
    if [ -e "$launch/passwd.${USER-}" ]; then
        set -- --ro-bind "$launch/passwd.$USER" /etc/passwd "$@"
    fi
fi

# The system calls that reach past every namespace; nobody with the number of the machine's root makes a user namespace.
filter=@USER_FILTER@
[ "$uid" != 0 ] || filter=@ROOT_FILTER@

# What all programs of the root may take together: by groups of the kernel where we are root, by a limit of this process elsewhere.
bound=
if [ "$uid" = 0 ]; then
    for group in @GROUPS@; do
        [ ! -w "$group/cgroup.procs" ] || echo $$ >"$group/cgroup.procs"
    done
else
    while read -r key kind soft hard others; do
        [ "$key $kind" != 'Max processes' ] || break
    done </proc/self/limits
    # Nobody may have more than the machine gives, and a small one gives less.
    case $hard in
    unlimited) bound='prlimit --nproc=8192:8192 --' ;;
    *) [ "$hard" -lt 8192 ] || bound='prlimit --nproc=8192:8192 --' ;;
    esac
fi

# The union's own /dev, where the mount may hold devices: grants come and go there while programs run. The private terminals are beside it, and its
# links lead there. A link in its place would lead out of the root.
if [ ! -L "$root/dev" ] && [ -c "$root/dev/null" ] && true 2>/dev/null <"$root/dev/null"; then
    set -- --dev-bind "$root/dev" /dev --perms 1777 --tmpfs /dev/shm --dev /run/cloister/dev "$@"
else
    set -- --dev /dev "$@"
fi

# What is on the discs and disks that the root was granted, live.
media=@MEDIA@
if [ -d "$media" ] && [ -d "$root/media" ] && [ ! -L "$root/media" ]; then set -- --ro-bind "$media" /media "$@"; fi

# Services of a root share its /run with each other and with whoever comes to speak with them.
run=@RUN@ first=
if [ -n "$service" ]; then
    set -- --ro-bind "$service" /run/cloister/init "$@"
    first='--as-pid-1 --die-with-parent'
fi
set -- --perms 1777 --tmpfs /tmp --perms 0755 --dir /run/cloister --ro-bind "$etc" /run/cloister/etc "$@"
if [ -d "$run" ]; then set -- --bind "$run" /run "$@"; else set -- --tmpfs /run --perms 1777 --dir /run/lock "$@"; fi

# The union's root first, then what isn't of it.
# shellcheck disable=SC2086
set -- $same $first --unshare-pid --unshare-ipc --unshare-uts $caps --bind "$root" / --proc /proc @KERNEL@ --ro-bind-try /sys /sys --seccomp 9 "$@"
# shellcheck disable=SC2086
set -- $bound ${desktop:+@DESKTOP_PROGRAM@} $desktop $enter $mapped @BWRAP@ "$@"
[ -n "$stays" ] || exec "$@" 9<"$filter"

# What is sent to this process alone is handed on to the program, the second process of the first PID namespace below.
program() {
    below=
    read -r below <"/proc/$1/task/$1/children" || [ -n "$below" ] || return 1
    for process in $below; do
        while read -r key out in more; do
            [ "$key" != NSpid: ] || break
        done <"/proc/$process/status"
        if [ "$in" = 2 ]; then found=$process && return; fi
        if program "$process"; then return; fi
    done
    return 1
}
# A sandbox that is still being made has no program yet; one that is gone never will.
hand_on() {
    again=yes
    [ -n "$sandbox" ] || { early="$early $1" && return; }
    for pause in 0.02 0.02 0.05 0.1 0.2 0.5 1 2 -; do
        found=
        { program $$ && break; } 2>/dev/null
        found=$sandbox state=Z
        while read -r key state others; do
            [ "$key" != State: ] || break
        done 2>/dev/null <"/proc/$sandbox/status"
        [ "$state" != Z ] && [ $pause != - ] || break
        sleep $pause
    done
    kill -s "$1" "$found" 2>/dev/null
}
sandbox= early=
trap '' INT QUIT
trap 'hand_on TERM' TERM
trap 'hand_on HUP' HUP
trap 'hand_on USR1' USR1
trap 'hand_on USR2' USR2
# What runs beside a script has its input from nowhere, unless told.
exec 8<&0
"$@" 9<"$filter" <&8 8<&- &
sandbox=$!
for signal in $early; do
    hand_on "$signal"
done
# A wait that a signal ends doesn't tell the status; one that follows what it told says 127.
status=127 again=yes
while [ -n "$again" ]; do
    again=
    wait $sandbox
    now=$?
    [ $now = 127 ] || status=$now
done
exit $status
