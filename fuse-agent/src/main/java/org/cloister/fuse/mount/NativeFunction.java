package org.cloister.fuse.mount;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Library;
import com.kenai.jffi.Type;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A C function of at most six numbers and addresses, called by jffi itself: jnr-ffi would make a class for each library while the
 * daemon starts (0.2 s), and its stubs hand a sixth argument over as garbage. Numbers travel as 64 bits, as all of Linux's 64-bit
 * calling conventions pass them; of a result that C calls an int only the lower half counts. Safe for use by many threads.
 */
final class NativeFunction {
    private static final Invoker INVOKER = Invoker.getInstance();
    /** jffi knows its libraries weakly, and one that is collected may be closed under our addresses. */
    private static final Set<Library> IN_USE = ConcurrentHashMap.newKeySet();

    private final CallContext context;
    private final long address;

    private NativeFunction(CallContext context, long address) {
        this.context = context;
        this.address = address;
    }

    /** {@code savesError}: errno can be asked for after a call. Throws {@link UnsatisfiedLinkError} where the library lacks it. */
    static NativeFunction of(Library library, String name, int arguments, boolean savesError) {
        long address = library.getSymbolAddress(name);
        if (address == 0) {
            throw new UnsatisfiedLinkError(name + ": " + Library.getLastError());
        }
        Type[] numbers = new Type[arguments];
        Arrays.fill(numbers, Type.SINT64);
        IN_USE.add(library);
        return new NativeFunction(
                CallContext.getCallContext(Type.SINT64, numbers, CallingConvention.DEFAULT, savesError), address);
    }

    long call() {
        return INVOKER.invokeN0(context, address);
    }

    long call(long a) {
        return INVOKER.invokeN1(context, address, a);
    }

    long call(long a, long b) {
        return INVOKER.invokeN2(context, address, a, b);
    }

    long call(long a, long b, long c) {
        return INVOKER.invokeN3(context, address, a, b, c);
    }

    long call(long a, long b, long c, long d) {
        return INVOKER.invokeN4(context, address, a, b, c, d);
    }

    long call(long a, long b, long c, long d, long e) {
        return INVOKER.invokeN5(context, address, a, b, c, d, e);
    }

    long call(long a, long b, long c, long d, long e, long f) {
        return INVOKER.invokeN6(context, address, a, b, c, d, e, f);
    }
}
